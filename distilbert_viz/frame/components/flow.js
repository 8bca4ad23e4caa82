// Rows of boxes, teacher left and student right; what the student lacks stays visible as a gap. A compact box is one line that
// opens.
const open = new Set()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".flow")
  const make = (name, className, ...children) => {
    const element = document.createElement(name)
    element.className = className
    element.append(...children.filter(Boolean))
    return element
  }
  const part = (className, text) => text && make("div", className, text)
  const link = (box) => {
    const element = make(box.page ? "button" : "div", "name", box.name)
    if (!box.page) return element
    element.type = "button"
    element.title = box.opens
    element.onclick = () => setTriggerValue("choice", { page: box.page, layer: box.layer ?? null })
    return element
  }
  const steps = (box) => (box.steps ?? []).map(([name, shape, live]) =>
    make("div", "step", make("span", "", name), make("span", "shape", shape), make("span", "live", live)))
  const line = (box, key) => {
    const summary = make("summary", "", part("live", box.live))
    summary.ariaLabel = [box.name, box.live].filter(Boolean).join(": ")
    const details = make("details", "", summary, part("shape", box.shape), part("note", box.note), part("note", box.about), ...steps(box))
    details.open = open.has(key)
    details.ontoggle = () => (details.open ? open.add(key) : open.delete(key))
    return make("div", `box ${box.voice}`, link(box), details) // beside it: what opens holds no button
  }
  const draw = (box, key) => {
    if (box.gap) return make("div", `box ${box.voice} gap`, part("name", box.name), part("note", box.note))
    if (data.compact) return line(box, box.key ?? key)
    return make("div", `box ${box.voice}`, link(box), part("shape", box.shape), part("live", box.live), part("note", box.note))
  }
  const rows = data.rows.map((row, index) => [
    index && !data.compact && make("div", "arrow", "↓"),
    make("div", row.length === 1 ? "line shared" : "line", ...row.map((box, place) => draw(box, `${index} ${place}`))),
  ])
  const heads = make("div", "line heads", ...data.heads.map((head) => make("div", `head ${head.voice}`, head.name)))
  root.classList.toggle("compact", Boolean(data.compact))
  root.replaceChildren(heads, ...rows.flat().filter(Boolean))
}
