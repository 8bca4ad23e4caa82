// The typed text with every piece tinted on it, and its id below; nothing of the text is ever read as markup. anew.js stands in
// front of this file.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".pieces")
  const make = (name, className, text = "") => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  const characters = Array.from(data.text)
  const children = []
  let end = 0
  data.pieces.forEach((piece, index) => {
    if (piece.start > end) children.push(make("span", "between", characters.slice(end, piece.start).join("")))
    const box = make("button", `piece tint${index % 2} ${piece.segment ? "second" : ""} ${piece.position === data.position ? "chosen" : ""}`)
    box.type = "button"
    box.title = `characters ${piece.start} to ${piece.end} · position ${piece.position}`
    box.onclick = () => setTriggerValue("choice", { position: piece.position })
    const typed = piece.end > piece.start ? characters.slice(piece.start, piece.end).join("") : piece.added ? "added" : "space"
    box.append(make("span", piece.end > piece.start ? "typed" : "typed added", typed), make("span", "name", piece.token), make("span", "id", piece.id))
    children.push(box)
    end = Math.max(end, piece.end)
  })
  if (end < characters.length) children.push(make("span", "between", characters.slice(end).join("")))
  drawAnew(root, children)
}
