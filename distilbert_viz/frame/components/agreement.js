// The words of the text: dashed where the two models' first choices differ; a click reads both models there. anew.js stands in
// front of this file.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".agreement")
  const words = data.words.map(({ text, position, agree, said, chosen }) => {
    const button = document.createElement("button")
    button.type = "button"
    button.className = `word${agree ? "" : " lost"}${chosen ? " chosen" : ""}`
    button.textContent = text
    button.title = said
    button.setAttribute("aria-pressed", chosen)
    button.onclick = () => setTriggerValue("choice", { position })
    return button
  })
  const strip = Object.assign(document.createElement("div"), { className: "words" })
  strip.setAttribute("role", "group")
  strip.setAttribute("aria-label", data.note)
  strip.append(...words)
  strip.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const at = words.indexOf(event.target)
    if (step && at >= 0) { event.preventDefault(); words[at + step]?.focus() }
  }
  const scroll = root.querySelector(".words")?.scrollTop ?? 0
  drawAnew(root, [Object.assign(document.createElement("div"), { className: "note", textContent: data.note }), strip])
  strip.scrollTop = scroll
}
