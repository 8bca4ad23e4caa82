// One distillation step as boxes with arrows; on a narrow screen the boxes of a row stand one under the other.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".step")
  const make = (name, className, text = "") => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  const draw = (box) => {
    const element = make("div", `box ${box.voice ?? ""}`)
    if (box.ink) element.style.borderLeftColor = box.ink
    element.append(make("div", "name", box.name))
    for (const part of ["shape", "live", "note"]) if (box[part]) element.append(make("div", part, box[part]))
    return element
  }
  const line = (boxes) => {
    const element = make("div", `line of${boxes.length}`)
    element.append(...boxes.map(draw))
    return element
  }
  const middle = (index, count) => (100 * (index + 0.5)) / count
  const arrows = (edges, above, below) => {
    const element = make("div", "arrows")
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    svg.setAttribute("viewBox", "0 0 100 24")
    svg.setAttribute("preserveAspectRatio", "none")
    for (const [from, to] of edges) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
      const [x, y] = [middle(from, above), middle(to, below)]
      path.setAttribute("d", `M ${x} 0 C ${x} 12 ${y} 9 ${y} 20`)
      svg.append(path)
    }
    element.append(svg)
    for (const to of new Set(edges.map((edge) => edge[1]))) {
      const head = make("span", "tip")
      head.style.left = `${middle(to, below)}%`
      element.append(head)
    }
    element.setAttribute("aria-hidden", "true")
    return element
  }
  const children = [line(data.rows[0])]
  data.edges.forEach((edges, i) => children.push(arrows(edges, data.rows[i].length, data.rows[i + 1].length), line(data.rows[i + 1])))
  root.replaceChildren(...children)
}
