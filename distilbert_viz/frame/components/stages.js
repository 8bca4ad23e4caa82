// A text after each stage of tokenization, one row a stage.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".stages")
  const make = (name, className, text) => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  root.replaceChildren(...data.stages.flatMap((stage) => {
    const parts = make("div", "parts", "")
    parts.append(...stage.parts.map((part) => make("span", stage.parts.length > 1 ? "part" : "whole", part)))
    return [make("div", "name", stage.name), parts, make("div", "note", stage.note)]
  }))
}
