// The text once a model, with parts of it marked and what is said of them; nothing of the text is ever read as markup.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".marked")
  const make = (name, className, text = "") => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  root.replaceChildren(...data.rows.map((row) => {
    const line = make("div", `line ${row.voice}`)
    const words = make("p", "words")
    words.append(...row.parts.map((part) => {
      if (!part.mark) return make("span", "", part.text)
      const mark = make("mark", "", part.text)
      mark.append(make("small", "", part.mark))
      return mark
    }))
    line.append(make("div", "voice", row.voice), words)
    return line
  }))
}
