// Teacher and student from the words to their soft labels, a row a layer: what each would already answer at the chosen token.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stacks")
  const make = (name, className, text = "") => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  const within = (parent, ...children) => { parent.append(...children); return parent }
  const percent = (share) => (share < 0.001 ? "<0.1%" : share < 0.1 ? `${(100 * share).toFixed(1)}%` : `${Math.round(100 * share)}%`)
  const track = ({ probability }) => {
    const bar = make("div", "bar")
    bar.style.width = `${100 * probability}%`
    return within(make("div", "track"), bar)
  }
  const name = ({ text, answer }) => make(answer ? "b" : "span", "", text)

  const head = (row) => {
    const cell = make("th", "", row.page ? "" : row.name)
    cell.scope = "row"
    if (!row.page) return cell
    const open = make("button", "", row.name)
    Object.assign(open, { type: "button", title: `open ${row.page}`, onclick: () => setTriggerValue("choice", { page: row.page, layer: row.layer }) })
    return within(cell, open)
  }
  const candidate = (one) => {
    const cell = make("td", one.answer ? "answer" : "")
    cell.title = one.words
    return within(cell, within(make("div", "said"), name(one), make("span", "share", percent(one.probability))), track(one))
  }
  const layer = (row) => {
    const line = within(make("tr", row.note ? "gap" : ""), head(row))
    if (!row.note) return within(line, ...row.candidates.map(candidate))
    const cell = within(make("td", ""), make("span", "", row.note))
    cell.colSpan = 3
    return within(line, cell)
  }
  const label = (candidates) => {
    const cell = make("td", "")
    cell.colSpan = 3
    cell.append(...candidates.map((one) => {
      const line = within(make("div", one.answer ? "line answer" : "line"), name(one), track(one), make("span", "share", percent(one.probability)))
      line.title = one.words
      return line
    }))
    const heading = make("th", "", "soft label")
    heading.scope = "row"
    return within(make("tr", "label"), heading, cell)
  }
  const model = ({ voice, name: title, rows, label: answers }) => {
    const columns = within(document.createElement("colgroup"), make("col", "name"), make("col", ""), make("col", ""), make("col", ""))
    const body = within(document.createElement("tbody"), ...rows.map(layer), label(answers))
    return within(make("table", voice), make("caption", "", title), columns, body)
  }
  root.style.setProperty("--row", data.stacks[0].rows.length > 9 ? "31px" : "37px")
  root.replaceChildren(make("div", "where", data.where), within(make("div", "models"), ...data.stacks.map(model)))
}
