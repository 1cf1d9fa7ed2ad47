// The messages of a chat: kept, and drawn by day.

import { bubble, ghost } from "./bubble.js";
import { dayOf } from "./clock.js";
import { h, iconButton } from "./dom.js";
import { Sight } from "./sight.js";
import { usable, Walk } from "./walk.js";

export class Messages {
  /** `view()` is the viewer's side of a message, see bubble.js; what belongs to one message is added here. */
  constructor(view) {
    this.view = view;
    this.items = new Map(); // by message id: {message, deleted, reactions, spinning, row}
    this.days = new Map(); // by date in words: its messages
    this.live = false; // while history comes in nothing is drawn
    this.content = h("div", { class: "days" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", "aria-description": "Arrow up and down go from message to message" }, this.content);
    this.down = iconButton("down", "To the newest message", { class: "round down", hidden: true, onclick: () => this.toEnd() });
    this.walk = new Walk(this.log);
    this.sight = new Sight(this.log, this.content, this.down, (number) => this.items.get(number)?.row);
  }

  /** History is over: draw it. */
  begin() {
    this.live = true;
    this.drawAll();
    const last = [...this.items.values()].at(-1)?.message;
    if (last?.from?.is_bot) this.sight.show(last.message_id);
  }

  // What happens to messages

  put(change, message) {
    const number = message.message_id;
    const known = this.items.get(number);
    const { reactions = new Map(), spinning = new Map(), row } = known ?? {};
    const shown = this.live && message.from?.is_bot && (change === "new" || (change === "edited" && this.isNewScreen(known, message)));
    this.items.set(number, { message, deleted: change === "deleted", reactions, spinning, row });
    this.redraw(number);
    if (shown) this.sight.show(number);
  }

  /** A message that one sees became another one with buttons; who ticks something far down in it stays there. */
  isNewScreen(known, message) {
    if (!known?.row || !message.reply_markup?.inline_keyboard?.length) return false;
    const { below, seen } = this.sight.placeOf(known.row);
    return seen && (below >= 0 || title(known.message) !== title(message));
  }

  react(number, by, emoji) {
    const item = this.items.get(number);
    if (!item) return;
    if (emoji) item.reactions.set(by, emoji);
    else item.reactions.delete(by);
    this.redraw(number);
  }

  reactionOf(person, number) { return this.items.get(number).reactions.get(person); }

  /** The buttons with that data spin until the query is answered. */
  spin(number, query, data) {
    this.items.get(number)?.spinning.set(query, data);
    if (this.items.has(number)) this.redraw(number);
  }

  /** True if something spun for that query. */
  stopSpinning(query) {
    for (const [number, item] of this.items) {
      if (item.spinning.delete(query)) {
        this.redraw(number);
        return true;
      }
    }
    return false;
  }

  // Drawing

  drawAll() {
    if (!this.live) return;
    for (const item of this.items.values()) this.draw(item);
    this.arrange();
  }

  redraw(number) {
    if (!this.live) return;
    this.draw(this.items.get(number));
    this.arrange();
  }

  draw(item) {
    const row = item.deleted ? ghost(item.message) : bubble(item.message, {
      ...this.view(), reactions: item.reactions, spinning: new Set(item.spinning.values()),
    });
    if (item.row) this.replace(item.row, row);
    else this.day(item.message).append(row);
    item.row = row;
  }

  /** Put the new row in the old one's place; who was on it or on one of its buttons is there again. */
  replace(old, row) {
    const place = usable(old).indexOf(document.activeElement);
    old.replaceWith(row);
    if (place >= 0) (usable(row)[place] ?? this.log).focus({ preventScroll: true });
  }

  day(message) {
    const day = dayOf(message.date);
    if (!this.days.has(day)) {
      const rows = h("div", { class: "day", role: "group", "aria-label": day }, h("p", { class: "date", "aria-hidden": "true" }, day));
      this.days.set(day, rows);
      this.content.append(rows);
    }
    return this.days.get(day);
  }

  /** Who said several things in a row is named at the first, and its last has the tail. */
  arrange() {
    const all = [...this.items.values()];
    const author = (item) => item && !item.deleted ? item.message.from?.id : undefined;
    all.forEach((item, i) => {
      item.row.classList.toggle("first", author(item) !== author(all[i - 1]));
      item.row.classList.toggle("last", author(item) !== author(all[i + 1]));
    });
    this.walk.mark();
  }

  toEnd() { this.sight.toEnd(); }

  /** The person did something here that is not a message. */
  acted() { this.sight.acted = true; }
}

const title = ({ text, caption }) => (text ?? caption ?? "").split("\n")[0];
