// What canvas.js and lines.js share: figures beside each other, each a titled canvas, and one line of words for all of them.
// Wire format: uint32 header length, JSON header, padding to 8 bytes, then the cells (see figures/canvas.py).

function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
  const start = Math.ceil((4 + length) / 8) * 8
  const buffer = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.byteLength)
  const kinds = { u1: Uint8Array, u2: Uint16Array, f4: Float32Array }
  for (const figure of header.figures) {
    for (const panel of figure.panels) {
      panel.cells = new kinds[figure.dtype](buffer, panel.offset, panel.shape[0] * panel.shape[1])
    }
  }
  return header
}

function format(value) {
  if (value !== 0 && Math.abs(value) < 0.0005) return value.toExponential(2)
  return value.toFixed(4)
}

function shell(root, header) {
  root.textContent = ""
  const row = document.createElement("div")
  row.className = "row"
  header.figures.forEach((spec) => {
    const figure = document.createElement("div")
    figure.className = "figure"
    const title = document.createElement("div")
    title.className = `title ${spec.voice}`
    title.textContent = spec.title
    const canvas = document.createElement("canvas")
    canvas.tabIndex = 0
    canvas.setAttribute("role", "application")
    canvas.setAttribute("aria-label", `${spec.title}. Arrow keys move, Enter chooses.`)
    figure.append(title, canvas)
    row.append(figure)
  })
  const readout = document.createElement("div")
  readout.className = "readout"
  readout.setAttribute("aria-live", "polite")
  root.append(row, readout)
}

const mounted = new WeakMap()

// `make` gets the header and returns what can `redraw` itself, which it does when the width or the theme changes. What a finger
// or the keyboard pointed at in the picture before stays pointed at: neither does it again by itself.
function show(root, data, make) {
  const header = decode(data)
  const titles = JSON.stringify(header.figures.map((f) => f.title))
  const before = mounted.get(root), same = root.dataset.shape === titles
  if (!same) {
    shell(root, header)
    root.dataset.shape = titles
  }
  const drawn = make(header)
  drawn.figures.forEach((figure) => { figure.canvas.figure = figure }) // take.js asks the canvas for what drew on it
  before?.disconnect()
  if (before && same) drawn.pointAgain(before.drawn)
  let width = root.clientWidth
  const observer = new ResizeObserver(() => {
    if (root.clientWidth !== width) { width = root.clientWidth; drawn.redraw() }
  })
  observer.observe(root)
  const themes = new MutationObserver(() => drawn.redraw())
  themes.observe(document.documentElement, { attributes: true })
  const shown = { drawn, disconnect: () => { observer.disconnect(); themes.disconnect() } }
  mounted.set(root, shown)
  return shown.disconnect // of this picture: the next one may be there before this one is told to end
}
