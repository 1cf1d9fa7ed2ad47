// One chat as one person sees it: header, messages, composer. A private chat has one person, a group has several.

import { ask, post } from "./api.js";
import { bubble, ghost } from "./bubble.js";
import { dayOf } from "./clock.js";
import { Composer } from "./composer.js";
import { h, iconButton, openMenu, showAlert } from "./dom.js";

const TOAST_SECONDS = 4;
const TYPING_SECONDS = 5; // Telegram's own
const SPIN_SECONDS = 30; // after which Telegram's apps stop waiting for a bot
const NEAR = 80; // pixels from the end that still count as reading along
const EMOJI = [["👍", "thumbs up"], ["❤", "heart"], ["🔥", "fire"], ["😁", "grin"], ["😢", "tears"]];

export class Chat {
  /** `facts` are those of the server's "chat" event; `world` knows everybody: nameOf(id), people(). */
  constructor(facts, world) {
    this.world = world;
    this.items = new Map(); // by message id: {message, deleted, reactions, spinning, row}, drawn once it is live
    this.days = new Map(); // by date in words: its messages
    this.panel = { panel: null, used_by: [] };
    this.profile = { name: "Coach", description: "", commands: [] };
    this.facts = facts;
    this.me = facts.members[0];
    this.live = false; // while history comes in nothing is drawn, told or scrolled
    this.following = true; // the newest message stays in sight
    this.top = 0; // where the messages were scrolled to last
    this.build();
    this.update(facts);
  }

  get id() { return this.facts.id; }
  get isPrivate() { return this.facts.kind === "private"; }
  get title() { return this.facts.title; }

  /** Do something as the person who holds this phone; whether it worked. */
  async act(name, body = {}) {
    if (body instanceof FormData) body.append("chat", this.id);
    else body = { ...body, chat: this.id };
    try {
      await post(`/phone/${this.me}/${name}`, body);
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  // What stands still

  build() {
    this.composer = new Composer(this.id, `Message to ${this.isPrivate ? "Coach" : this.title}`, (name, body) => this.act(name, body));
    this.heading = h("h2");
    this.status = h("p", { class: "status" });
    this.viewer = h("select", { "aria-label": "Who you are here", onchange: () => this.become(Number(this.viewer.value)) });
    this.more = iconButton("dots", "Chat menu", {
      "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.openMenu(),
    });
    this.log = h("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", onscroll: () => this.scrolled() });
    this.intro = h("div", { class: "intro" });
    this.down = iconButton("down", "To the newest message", { class: "round down", hidden: true, onclick: () => this.toEnd() });
    this.toasts = h("div", { class: "toasts", role: "status" });
    this.big = h("button", { type: "button", class: "big", hidden: true });
    this.avatar = h("span", { class: "avatar", "aria-hidden": "true" });
    this.element = h(
      "section", { class: this.isPrivate ? "phone" : "phone group", id: `chat${this.id}` },
      h("header", {}, this.avatar, h("div", { class: "who" }, this.heading, this.status), this.isPrivate ? null : this.viewer, this.more),
      h("div", { class: "room" }, this.log, this.down, this.toasts),
      this.big, this.composer.element,
    );
    this.content = h("div", { class: "days" }, this.intro);
    this.log.append(this.content);
    const watcher = new ResizeObserver(() => { if (this.following) this.toEnd(); });
    watcher.observe(this.log);
    watcher.observe(this.content);
  }

  update(facts) {
    this.facts = facts;
    if (!facts.members.includes(this.me) && facts.members.length) this.become(facts.members[0]);
    this.viewer.replaceChildren(...facts.members.map((id) => {
      const option = h("option", { value: id }, `as ${this.world.nameOf(id)}`);
      option.selected = id === this.me;
      return option;
    }));
    this.show();
  }

  /** Everything around the messages. */
  show() {
    const name = this.isPrivate ? this.profile.name : this.facts.title;
    this.heading.textContent = name;
    this.avatar.textContent = name.slice(0, 1);
    const about = this.isPrivate ? `bot · ${this.title}'s phone` : this.peopleInWords();
    this.status.textContent = this.typing ? "typing…" : about;
    this.status.classList.toggle("typing", Boolean(this.typing));
    const label = this.isPrivate ? `${this.title}'s chat with ${name}` : `Group ${name}`;
    this.element.setAttribute("aria-label", label);
    this.log.setAttribute("aria-label", `Messages, ${label}`);
    const isNew = this.isPrivate && !this.items.size;
    this.intro.hidden = !isNew;
    this.intro.replaceChildren(
      h("span", { class: "avatar large", "aria-hidden": "true" }, name.slice(0, 1)), h("h3", {}, name),
      this.profile.description ? h("p", {}, h("b", {}, "What can this bot do?"), this.profile.description) : h("p", {}, "No messages here yet"),
    );
    this.showBig(isNew);
    this.composer.setCommands(this.profile.commands);
    this.composer.setKeyboard(this.panel.panel, this.panel.panel?.one_time_keyboard && this.panel.used_by.includes(this.me));
    this.world.changed(this);
  }

  /** The one thing that can be done, in the place of the composer. */
  showBig(isNew) {
    const start = ["Start", "type", { text: "/start" }];
    const [text, act, body] = this.facts.blocked ? ["Unblock", "unblock"] : isNew ? start : [];
    this.big.textContent = text ?? "";
    this.big.hidden = !act;
    this.big.onclick = async () => { await this.act(act, body); this.log.focus(); };
    this.composer.element.hidden = Boolean(act);
  }

  peopleInWords() {
    const people = this.facts.members.map((id) => this.world.nameOf(id));
    return `${people.join(", ")} and ${this.profile.name}`;
  }

  openMenu() {
    const strangers = this.world.people().filter((id) => !this.facts.members.includes(id));
    openMenu(this.more, this.isPrivate
      ? [this.facts.blocked
        ? { name: "person", text: "Unblock the bot", act: () => this.act("unblock") }
        : { name: "block", text: "Block the bot", act: () => this.act("block") }]
      : [
        ...strangers.map((id) => ({
          name: "person", text: `${this.world.nameOf(id)} joins`,
          act: () => post(`/phone/${id}/join`, { chat: this.id }).catch((error) => this.toast(error.message)),
        })),
        { name: "close", text: `${this.world.nameOf(this.me)} leaves`, act: () => this.act("leave") },
      ], "Chat menu");
  }

  /** In a group: look at it as somebody else. */
  become(person) {
    this.me = person;
    this.drawAll();
    this.show();
    if (this.live) this.learn();
  }

  /** Ask how the bot presents itself here. */
  async learn() {
    const known = this.profile.name;
    try {
      this.profile = await ask(`/phone/${this.me}/profile?chat=${this.id}`);
    } catch {
      return; // the page says already that the demo does not answer
    }
    if (this.profile.name !== known) this.drawAll();
    this.show();
  }

  // What happens

  message({ change, message }) {
    const number = message.message_id;
    const old = this.items.get(number);
    this.items.set(number, {
      message, deleted: change === "deleted", reactions: old?.reactions ?? new Map(), spinning: old?.spinning ?? new Map(), row: old?.row,
    });
    if (!this.live) return;
    this.redraw(number);
    if (message.from?.is_bot) this.setTyping(false);
    if (this.items.size === 1) this.show();
    if (change === "new" && message.from?.id === this.me) this.toEnd();
    if (change === "new") this.world.heard(this);
  }

  setPanel(panel) {
    this.panel = panel;
    this.show();
  }

  reaction({ message_id, by, emoji }) {
    const item = this.items.get(message_id);
    if (!item) return;
    if (emoji) item.reactions.set(by, emoji);
    else item.reactions.delete(by);
    this.redraw(message_id);
  }

  tapped({ query, message_id, data, by }) {
    const item = this.items.get(message_id);
    if (!item || by !== this.me || !this.live) return;
    item.spinning.set(query, data);
    this.redraw(message_id);
    setTimeout(() => this.stopSpinning(query), SPIN_SECONDS * 1000);
  }

  /** The bot answered somebody's tap: true if it was one of this chat. */
  answered({ query, text, alert }) {
    if (!this.stopSpinning(query)) return false;
    if (text && alert) showAlert(text);
    else if (text) this.toast(text);
    return true;
  }

  stopSpinning(query) {
    for (const [number, item] of this.items) {
      if (item.spinning.delete(query)) {
        this.redraw(number);
        return true;
      }
    }
    return false;
  }

  setTyping(typing) {
    clearTimeout(this.typing);
    this.typing = typing && setTimeout(() => this.setTyping(false), TYPING_SECONDS * 1000);
    this.show();
  }

  toast(text) {
    const toast = h("p", {}, text);
    this.toasts.append(toast);
    setTimeout(() => toast.remove(), TOAST_SECONDS * 1000);
  }

  /** History is over: from now on what comes is news. */
  async settle() {
    this.live = true;
    this.drawAll();
    this.show();
    await this.learn();
    this.log.setAttribute("aria-live", "polite");
  }

  // Messages

  drawAll() {
    if (!this.live) return;
    for (const number of this.items.keys()) this.draw(number);
    this.arrange();
  }

  redraw(number) {
    if (!this.live) return;
    this.draw(number);
    this.arrange();
  }

  draw(number) {
    const item = this.items.get(number);
    const row = item.deleted ? ghost() : bubble(item.message, {
      me: this.me,
      named: !this.isPrivate,
      nameOf: (user) => user?.is_bot ? this.profile.name : user?.first_name ?? "Channel",
      reactions: item.reactions,
      spinning: new Set(item.spinning.values()),
      tap: (message, button) => this.act("tap", { message_id: message.message_id, button }),
      command: (text) => this.act("type", { text }),
      more: (opener) => this.openMessageMenu(opener, item.message),
      oops: (text) => this.toast(text),
    });
    if (item.row) this.replace(item.row, row);
    else this.day(item.message).append(row);
    item.row = row;
  }

  /** Put the new row in the old one's place; who was on one of its buttons is on the same one again. */
  replace(old, row) {
    const focusable = (element) => [...element.querySelectorAll("a, button")];
    const place = focusable(old).indexOf(document.activeElement);
    old.replaceWith(row);
    if (place >= 0) (focusable(row)[place] ?? this.log).focus();
  }

  day(message) {
    const day = dayOf(message.date);
    if (!this.days.has(day)) {
      const section = h("div", { class: "day", role: "group", "aria-label": day }, h("p", { class: "date", "aria-hidden": "true" }, day));
      this.days.set(day, section);
      this.content.append(section);
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
  }

  openMessageMenu(opener, message) {
    const mine = message.from?.id === this.me;
    const number = message.message_id;
    const given = this.items.get(number).reactions.get(this.me);
    const items = [EMOJI.map(([emoji, name]) => ({
      text: emoji,
      title: emoji === given ? `Take ${name} back` : `React with ${name}`,
      act: () => this.act("react", { message_id: number, emoji: emoji === given ? null : emoji }),
    }))];
    if (mine && message.text) items.push({ name: "pencil", text: "Edit", act: () => this.composer.edit(message) });
    if (mine || this.isPrivate) {
      items.push({ name: "bin", text: "Delete", act: () => this.act("delete", { message_id: number }) });
    }
    openMenu(opener, items, "Message actions");
  }

  toEnd() { this.log.scrollTop = this.log.scrollHeight; }

  /** Whoever scrolls up reads there; that something grew below is no reason to stop following. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    this.following = near || (this.following && scrollTop >= this.top);
    this.top = scrollTop;
    this.down.hidden = this.following;
  }
}

