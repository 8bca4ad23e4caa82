// Numbers and ways on: each tile opens the page where it comes from; a curve is drawn once, from left to right.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tiles")
  const make = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text })
  const curve = (heights) => {
    const space = "http://www.w3.org/2000/svg"
    const drawing = document.createElementNS(space, "svg")
    const line = document.createElementNS(space, "path")
    const points = heights.map((height, i) => `${((100 * i) / (heights.length - 1)).toFixed(2)} ${(38 - 36 * height).toFixed(2)}`)
    drawing.setAttribute("viewBox", "0 0 100 40")
    drawing.setAttribute("preserveAspectRatio", "none")
    drawing.setAttribute("aria-hidden", "true")
    line.setAttribute("d", `M${points.join("L")}`)
    drawing.append(line)
    return drawing
  }
  const tile = ({ name, page, value, note, curve: heights }) => {
    const made = make("button", value ? "tile" : "tile way", "")
    Object.assign(made, { type: "button", title: `open ${page}`, onclick: () => setTriggerValue("choice", { page }) })
    made.append(make("div", "name", name))
    if (value) made.append(make("div", "value", value))
    if (note) made.append(make("div", "note", note))
    if (heights?.length > 1) made.append(curve(heights))
    return made
  }
  const said = JSON.stringify(data)
  if (root.said === said) { root.querySelectorAll(".tile").forEach((made, i) => { made.onclick = () => setTriggerValue("choice", { page: data.tiles[i].page }) }); return }
  root.said = said
  root.replaceChildren(...data.tiles.map(tile))
}
