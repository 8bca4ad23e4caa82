// The forward pass as boxes, teacher left and student right; what the student lacks stays visible as a gap.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".flow")
  const make = (name, className, text = "") => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  const link = (box) => {
    const element = make(box.page ? "button" : "div", "name", box.name)
    if (box.page) {
      element.type = "button"
      element.title = box.opens
      element.onclick = () => setTriggerValue("choice", { page: box.page, layer: box.layer ?? null })
    }
    return element
  }
  const draw = (box) => {
    const element = make("div", `box ${box.voice}${box.gap ? " gap" : ""}`)
    if (box.gap) {
      element.append(make("div", "name", box.name), make("div", "note", box.note))
      return element
    }
    element.append(link(box), make("div", "shape", box.shape), make("div", "live", box.live))
    if (box.note) element.append(make("div", "note", box.note))
    if (box.steps) {
      const details = make("details", "")
      details.open = open.get(box.key) ?? box.open
      details.ontoggle = () => open.set(box.key, details.open)
      details.append(make("summary", "", "inside this block"))
      box.steps.forEach(([name, shape, live]) => {
        const step = make("div", "step")
        step.append(make("span", "", name), make("span", "shape", shape), make("span", "live", live))
        details.append(step)
      })
      element.append(details)
    }
    return element
  }
  const children = data.heads.map((head) => make("div", `head ${head.voice}`, head.name))
  data.rows.forEach((row, index) => {
    if (index) children.push(make("div", "arrow", "↓"))
    const line = make("div", row.length === 1 ? "line shared" : "line")
    line.append(...row.map(draw))
    children.push(line)
  })
  const heads = make("div", "line heads")
  heads.append(...children.splice(0, data.heads.length))
  root.replaceChildren(heads, ...children)
}
const open = new Map()
