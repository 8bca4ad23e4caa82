// Tables of words or numbers on colour, side by side: every cell says in full what it shows when one points at it.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".cells")
  const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more)
  const mayBreak = (word) => word.replace("embeddings", "embed\u00addings")
  const line = (head, cells) => {
    const row = make("tr", "")
    row.append(head, ...cells)
    return row
  }
  const cell = ({ text, words, colour, outlined }) => {
    const made = make("td", text, { title: words, ariaLabel: words, className: outlined ? "outlined" : "" })
    made.style.background = colour
    return made
  }
  const table = ({ voice, name, columns, rows }) => {
    const made = make("table", "")
    made.style.minWidth = `${76 + 39 * columns.length}px`
    made.append(make("caption", name, { className: voice }))
    made.append(line(make("th", ""), columns.map((column) => make("th", mayBreak(column), { scope: "col" }))))
    made.append(...rows.map(({ state, cells }) => line(make("th", state, { scope: "row" }), cells.map(cell))))
    const frame = make("div", "", { className: "frame" })
    frame.append(made)
    return frame
  }
  root.style.setProperty("--ink", data.ink)
  root.replaceChildren(...data.tables.map(table))
}
