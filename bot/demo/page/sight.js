// Which part of a chat is in sight: the newest message, from its beginning, unless one reads above.

const NEAR = 80; // pixels from the end that still count as reading along
const GAP = 8; // pixels above a message that is shown from its beginning

export class Sight {
  /** `rowOf(number)` is how a message looks at the moment, `down` the button that leads to the end. */
  constructor(log, content, down, rowOf) {
    Object.assign(this, { log, down, rowOf });
    this.following = true; // what is new is shown
    this.acted = false; // the person did something: what comes of it is shown wherever they read
    this.newest = null; // the message whose beginning stays in sight
    this.top = 0; // where it was scrolled to last
    log.addEventListener("scroll", () => this.scrolled());
    const watcher = new ResizeObserver(() => { if (this.following) this.follow(); });
    watcher.observe(log);
    watcher.observe(content);
  }

  /** The bot shows something new. */
  show(number) {
    if (!this.following && !this.acted) return;
    this.acted = false;
    this.newest = number;
    this.follow();
  }

  toEnd() {
    this.newest = null;
    this.follow();
  }

  /** How far a message begins below the upper edge, and whether one sees any of it. */
  placeOf(row) {
    const [log, it] = [this.log.getBoundingClientRect(), row.getBoundingClientRect()];
    return { below: it.top - log.top, seen: it.bottom > log.top && it.top < log.bottom };
  }

  /** To the end, or to where the newest message begins if it would not be seen there. */
  follow() {
    const { log } = this;
    if (!log.clientHeight) return; // nobody sees this chat now
    const end = log.scrollHeight - log.clientHeight;
    const row = this.newest && this.rowOf(this.newest);
    const beginning = row?.matches("article") ? log.scrollTop + this.placeOf(row).below - GAP : end;
    log.scrollTop = Math.max(0, Math.min(end, beginning));
    this.top = log.scrollTop;
    this.judge(end - this.top < NEAR);
  }

  /** Whoever scrolls up reads there; that something grew below is no reason to stop following. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (scrollTop === this.top) return; // that was `follow`
    this.newest = null;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    this.judge(near || (this.following && scrollTop >= this.top));
    this.top = scrollTop;
  }

  judge(following) {
    this.following = following;
    this.down.hidden = following;
  }
}
