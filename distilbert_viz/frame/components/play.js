// Plays what a run recorded from its first picture to its last: curves grow with the student, and a person can stop anywhere.
const PLAYED = { seconds: 20, shortest: 60 }

class Player {
  constructor(run) {
    this.run = run
    this.button = make("button", "play", "Play")
    this.button.type = "button"
    this.button.hidden = true
    this.button.onclick = () => (this.playing ? this.stop() : this.play(this.atEnd() ? 0 : Number(run.slider.value)))
    run.scrub.prepend(this.button)
  }

  atEnd() { return Number(this.run.slider.value) >= this.run.pictures.length - 1 }

  // Once there is something to play; by itself the first time, unless less motion is asked for.
  offer(once) {
    this.button.hidden = this.run.pictures.length < 2
    if (!once || this.offered || this.button.hidden) return
    this.offered = true
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.play(0)
  }

  async play(from) {
    const mine = (this.playing = {})
    this.button.textContent = "Pause"
    const { run } = this
    run.live = false
    for (let i = from; i < run.pictures.length; i++) {
      const shown = new Promise((done) => setTimeout(done, Math.max(PLAYED.shortest, (1000 * PLAYED.seconds) / run.pictures.length)))
      await Promise.all([run.show(run.pictures[i]), shown])
      if (this.playing !== mine) return
      if (!run.here) return this.stop()
      run.slider.value = i
      run.drawUntil(run.pictures[i])
    }
    run.live = true
    this.stop()
  }

  stop() {
    this.playing = null
    this.button.textContent = "Play"
    this.run.drawUntil(Infinity)
  }
}
