// Whatever is drawn anew in place of what has the focus takes it over: the button in the same place.
function drawAnew(root, children) {
  const buttons = () => [...root.querySelectorAll("button")]
  const at = buttons().indexOf(root.getRootNode().activeElement)
  root.replaceChildren(...children)
  buttons()[at]?.focus({ preventScroll: true })
}
