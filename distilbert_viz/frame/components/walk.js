// Longest match first, one row a trial: what was looked up, and whether the vocabulary holds it.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".walk")
  const cell = (name, text, className = "") => {
    const element = document.createElement(name)
    element.textContent = text
    element.className = className
    return element
  }
  const rows = data.steps.map((step, index) => {
    const row = cell("tr", "", step.found ? "found" : "")
    const word = cell("td", "", "word")
    word.append(cell("span", step.before, "faint"), cell("span", step.matched, "tried"), cell("span", step.after, "faint"))
    row.append(cell("td", index + 1, "number"), word, cell("td", step.candidate, "candidate"), cell("td", step.found ? "in the vocabulary" : "not in it"))
    return row
  })
  const head = cell("tr", "")
  head.append(...["trial", "part of the word", "looked up as", "found"].map((name) => cell("th", name)))
  root.replaceChildren(head, ...rows)
}
