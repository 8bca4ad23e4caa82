// What the browser has laid out, read off: the looks of a drawing, the lines of a text.

const DRAWN_BY = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity", "font-family", "font-size",
  "font-weight", "font-style", "text-anchor", "vector-effect", "visibility", "display", "image-rendering", "filter",
]

// The copy of an element of a drawing, with the looks that a style sheet gave the original.
function restyled(copy, original) {
  const style = getComputedStyle(original)
  for (const name of ["class", "style", "tabindex", "role"]) copy.removeAttribute(name)
  for (const name of DRAWN_BY) copy.setAttribute(name, style.getPropertyValue(name))
  for (const name of ["clip-path", "mask"]) {
    const found = original.getAttribute(name)?.match(/#[^"')]+/)
    if (found) copy.setAttribute(name, `url(${found[0]})`)
  }
  if (/^(text|tspan)$/.test(copy.localName) && !original.childElementCount && original.textContent.trim()) {
    copy.setAttribute("textLength", original.getComputedTextLength().toFixed(2))
    copy.setAttribute("lengthAdjust", "spacingAndGlyphs")
  }
}

// The lines that a text node is broken into, each with the box it fills.
function linesOf(node) {
  const lines = []
  const range = document.createRange()
  let end = 0
  for (const character of node.data) {
    range.setStart(node, end)
    range.setEnd(node, (end += character.length))
    const rect = range.getBoundingClientRect()
    const line = lines.at(-1)
    const goesOn = line && Math.abs(rect.top - line.top) < line.height / 2
    if (!character.trim()) {
      if (goesOn) line.text += " "
    } else if (goesOn) {
      const right = Math.max(line.left + line.width, rect.right)
      line.left = Math.min(line.left, rect.left)
      line.width = right - line.left
      line.text += character
    } else if (rect.height) lines.push({ left: rect.left, top: rect.top, width: rect.width, height: rect.height, text: character })
  }
  return lines
}
