// Runs in every page before anything else: when was Enter pressed, when was the first input there, when did the picture stand?
// A change is: nodes or text in the main area, attributes inside a plotly figure or a component's shadow root, and every
// stroke on a canvas that is on the page. The line "checked against ..." is no change, nor is the dimming of stale elements.
const bench = { pressed: null, changed: 0, painted: 0, input: null, resting: null }
window.bench = bench
const QUIET = 500

bench.settled = () => {
  const calm = performance.now() - QUIET
  return bench.resting !== null && bench.resting < calm && bench.changed < calm && bench.painted > (bench.pressed ?? 0)
}

let queued = false
function change() {
  bench.changed = performance.now()
  if (queued) return
  queued = true
  requestAnimationFrame(() => {
    queued = false
    requestAnimationFrame(() => { bench.painted = performance.now() })
  })
}

const isCheck = (node) => node.textContent.trim().startsWith("checked against")

function counts(record) {
  const element = record.target.nodeType === Node.ELEMENT_NODE ? record.target : record.target.parentElement
  if (!element) return false
  const shadow = element.getRootNode() instanceof ShadowRoot
  if (!shadow && !element.closest('[data-testid="stMain"]')) return false
  if (record.type === "attributes") return shadow || element.closest(".js-plotly-plot") !== null
  const caption = element.closest('[data-testid="stCaptionContainer"]')
  if (caption && isCheck(caption)) return false
  const nodes = [...record.addedNodes, ...record.removedNodes]
  return nodes.length === 0 || !nodes.every(isCheck)
}

const observer = new MutationObserver((records) => {
  if (records.some(counts)) change()
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
    if (this.canvas.isConnected) change()
    return draw.apply(this, values)
  }
}

new MutationObserver(() => {
  const state = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState
  if (state !== "notRunning") bench.resting = null
  else bench.resting ??= performance.now()
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state"] })

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return
  bench.pressed = performance.now()
  bench.resting = null
}, true)

function lookForInput() {
  const input = document.querySelector('[data-testid="stTextInput"] input')
  if (input?.checkVisibility()) requestAnimationFrame(() => { bench.input = performance.now() })
  else requestAnimationFrame(lookForInput)
}
lookForInput()
