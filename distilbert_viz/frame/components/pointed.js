// Where the pointer is, in the element's own pixels: in presenter mode they are larger than the window's.
function pointedAt(event, element) {
  const { left, top, width, height } = element.getBoundingClientRect()
  return { x: ((event.clientX - left) * element.clientWidth) / width, y: ((event.clientY - top) * element.clientHeight) / height }
}
