// The strip of tokens under the text: click one to choose it, choose and press the mask button to hide it. anew.js stands in front
// of this file.
export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip")
  const buttons = data.tokens.map((token, position) => {
    const button = document.createElement("button")
    button.type = "button"
    button.className = [
      "token",
      data.special[position] ? "special" : "",
      data.segments[position] ? "second" : "",
      position === data.position ? "chosen" : "",
      data.masked.includes(position) ? "masked" : "",
    ].join(" ")
    button.textContent = token
    button.title = `click to choose, then mask · position ${position} · id ${data.ids[position]} · segment ${data.segments[position] ? "B" : "A"}`
    button.setAttribute("aria-pressed", position === data.position)
    button.onclick = () => setTriggerValue("choice", { position })
    return button
  })
  const scroll = strip.scrollTop
  strip.facts = data.facts // take.js asks for them
  drawAnew(strip, buttons)
  strip.scrollTop = scroll
  strip.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const at = buttons.indexOf(parentElement.activeElement ?? document.activeElement)
    if (step && at >= 0) { event.preventDefault(); buttons[at + step]?.focus() }
  }
  const find = (name) => parentElement.querySelector(name)
  const [token, masked] = [data.tokens[data.position], data.masked.includes(data.position)]
  const fixed = data.special[data.position] || (data.masks.includes(data.position) && !masked)
  find(".hint").textContent = fixed ? "Click a token to choose it, then mask it." : "Click a token to choose it."
  find(".action").hidden = fixed
  find(".action").textContent = masked ? `Unmask position ${data.position}` : `Mask “${token}”`
  find(".action").onclick = () => setTriggerValue("choice", { mask: data.position })
  find(".more").onclick = () => document.documentElement.classList.toggle("bar-open") // see bar.py
}
