// In a notebook: the app's component in a shadow root, where no style of either reaches the other. In front of this file stand
// the component's draw(), its CSS, the CLASS of its element, and read(), which makes its data of the bytes that were sent.

const isClear = (colour) => colour === "transparent" || /^rgba\(.*, 0\)$/.test(colour)

function isLight(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map(Number)
  return 0.299 * r + 0.587 * g + 0.114 * b > 128
}

// What a component asks of its page's looks, under the names that it knows, read off the notebook as it is shown.
function dress(host) {
  const { color, fontFamily } = getComputedStyle(host)
  let ground = host
  while (ground && isClear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement ?? ground.getRootNode().host
  const looks = {
    "text-color": color,
    "background-color": ground ? getComputedStyle(ground).backgroundColor : isLight(color) ? "#111" : "#fff",
    "border-color": `color-mix(in srgb, ${color} 22%, transparent)`,
    "primary-color": "#117733",
    font: fontFamily,
  }
  for (const [name, value] of Object.entries(looks)) host.style.setProperty(`--st-${name}`, value)
}

async function inflated(view) {
  const packed = new Blob([new Uint8Array(view.buffer, view.byteOffset, view.byteLength)])
  return new Uint8Array(await new Response(packed.stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer())
}

// Still pictures stand in for a component wherever it isn't running.
function showStills(name, shown) {
  document.querySelectorAll(`.${name}`).forEach((still) => { still.hidden = !shown })
}

async function render({ model, el }) {
  const host = document.createElement("div")
  host.dataset.lmSuppressShortcuts = "" // else JupyterLab takes the arrow keys for its cells
  const [style, root] = [document.createElement("style"), document.createElement("div")]
  style.textContent = CSS
  root.className = CLASS
  const parentElement = host.attachShadow({ mode: "open" })
  parentElement.append(style, root)
  el.append(host)
  const choose = (_, value) => model.send(value)
  let [data, end] = []
  const drawAgain = () => {
    if (!data) return // the looks may change before the first picture is unpacked
    dress(host)
    end = draw({ data, parentElement, setTriggerValue: choose })
  }
  const changed = async () => {
    const packed = model.get("data")
    const found = read(await inflated(packed))
    if (packed !== model.get("data")) return // a later picture was faster
    data = found
    drawAgain()
  }
  showStills(model.get("still"), false)
  model.on("change:data", changed)
  const themes = new MutationObserver(drawAgain)
  for (const page of [document.documentElement, document.body]) themes.observe(page, { attributes: true })
  await changed()
  return () => {
    themes.disconnect()
    end?.()
    showStills(model.get("still"), true)
  }
}

export default { render }
