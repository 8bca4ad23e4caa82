// Runs in every page before anything else: when was Enter or another page's name pressed, when was the first input there, when did the picture stand?
// A change is: nodes or text in the main area, attributes inside a plotly figure or a component's shadow root, and every
// stroke on a canvas that is on the page. No change are the tick of a check and stale elements of the text before,
// which Streamlit dims, hides as soon as their successor is there, and takes away when the script ends.
// `painted` is that of the last change anywhere, `seen` of the last one inside the window.
const bench = { pressed: null, ran: false, changed: 0, painted: 0, seen: 0, input: null, resting: null }
window.bench = bench
const QUIET = 500

bench.settled = () => {
  const calm = performance.now() - QUIET
  return bench.ran && bench.resting !== null && bench.resting < calm && bench.changed < calm
}

const inSight = (element) => {
  const box = (element.getRootNode().host ?? element).getBoundingClientRect()
  return box.height > 0 && box.top < innerHeight && box.bottom > 0
}

let changed = new Set()
function change(elements) {
  bench.changed = performance.now()
  if (!changed.size) requestAnimationFrame(() => {
    const sighted = [...changed].some(inSight)
    changed = new Set()
    requestAnimationFrame(() => {
      bench.painted = performance.now()
      if (sighted) bench.seen = bench.painted
    })
  })
  elements.forEach((element) => { if (element) changed.add(element) })
}

// What a change is seen by: the elements that came, or where something changed.
function places(record) {
  const came = [...record.addedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE)
  return came.length ? came : [record.target.nodeType === Node.ELEMENT_NODE ? record.target : (record.target.parentElement ?? record.target.host)]
}

const isCheck = (node) => ["✓", "…"].includes(node.textContent.trim())

function counts(record) {
  const element = record.target.nodeType === Node.ELEMENT_NODE ? record.target : record.target.parentElement
  if (!element || (element.closest("canvas") && record.type !== "attributes")) return false // a data table's hidden twin
  const shadow = element.getRootNode() instanceof ShadowRoot
  if (!shadow && !element.closest('[data-testid="stMain"]')) return false
  if (record.type === "attributes") return shadow || element.closest(".js-plotly-plot") !== null
  const caption = element.closest('[data-testid="stCaptionContainer"]')
  if (caption && isCheck(caption)) return false
  if (record.type === "characterData") return true
  const gone = [...record.removedNodes].filter((node) => node.dataset?.stale !== "true")
  return ![...record.addedNodes, ...gone].every(isCheck)
}

const observer = new MutationObserver((records) => {
  const counted = records.filter(counts)
  if (counted.length) change(counted.flatMap(places))
})
const EVERYTHING = { subtree: true, childList: true, characterData: true, attributes: true }
observer.observe(document, EVERYTHING)

const attach = Element.prototype.attachShadow
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options)
  observer.observe(root, EVERYTHING)
  return root
}

for (const name of ["clearRect", "drawImage", "fill", "fillRect", "fillText", "putImageData", "stroke", "strokeRect"]) {
  const draw = CanvasRenderingContext2D.prototype[name]
  CanvasRenderingContext2D.prototype[name] = function (...values) {
    if (this.canvas.isConnected) change([this.canvas])
    return draw.apply(this, values)
  }
}

new MutationObserver(() => {
  const state = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState
  if (state === "notRunning") bench.resting ??= performance.now()
  else if (state) [bench.ran, bench.resting] = [true, null]
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state"] })

function press() {
  bench.pressed = performance.now()
  bench.ran = false
}

document.addEventListener("keydown", (event) => { if (event.key === "Enter") press() }, true)
document.addEventListener("click", (event) => { if (event.target.closest('[data-testid="stSidebarNav"] a')) press() }, true)

function lookForInput() {
  const input = document.querySelector('[data-testid="stTextInput"] input')
  if (input?.checkVisibility()) requestAnimationFrame(() => { bench.input = performance.now() })
  else requestAnimationFrame(lookForInput)
}
lookForInput()
