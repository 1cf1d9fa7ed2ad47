// One message as it looks to one person.

import { timeOf } from "./clock.js";
import { h, icon, iconButton } from "./dom.js";
import { mediaOf } from "./media.js";
import { formatted } from "./text.js";

/**
 * A row of the chat. `view` is the viewer's side of it:
 *   me         the viewer's id             spinning   data of the buttons that wait for their answer
 *   named      whether others' names show  reactions  emoji by user id
 *   nameOf     the name behind a sender    tap, command, toPrivate, more, oops    what happens when it is used
 */
export function bubble(message, view) {
  const news = service(message, view);
  if (news) return h("div", { class: "row" }, h("p", { class: "news" }, news));
  const mine = message.from?.id === view.me;
  const media = mediaOf(message, view.oops);
  const text = message.text ?? message.caption ?? "";
  const words = text ? h("div", { class: "words" }, formatted(text, message.entities ?? message.caption_entities, view.command)) : null;
  const name = view.nameOf(message.from);
  const body = h(
    "div", { class: `bubble${media ? " with-media" : ""}${message.sticker ? " bare" : ""}` },
    view.named && !mine ? h("p", { class: `name hue-${(message.from?.id ?? 0) % 5}`, "aria-hidden": "true" }, name) : null,
    media, words,
    h("div", { class: "foot" }, reactions(view.reactions), stamp(message, mine)),
  );
  return h(
    "article", { class: `row ${mine ? "mine" : "theirs"}`, tabindex: "-1", "data-message": message.message_id },
    h("span", { class: "unseen" }, mine ? "You: " : `${name}: `),
    h("div", { class: "side" }, body, iconButton("dots", "Message actions", {
      class: "round more", "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => view.more(event.currentTarget, message),
    })),
    buttons(message, view),
  );
}

/** What stands in the place of a deleted message; what a bot takes away leaves no trace, as on a phone. */
export const ghost = (message) => h(
  "div", { class: "row", hidden: message.from?.is_bot === true }, h("p", { class: "news ghost" }, "A message was deleted"),
);

function stamp(message, mine) {
  return h(
    "span", { class: "stamp" },
    message.edit_date ? h("span", {}, "edited ") : null,
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date)),
    mine ? icon("ticks") : null,
  );
}

function reactions(given) {
  const counts = new Map();
  for (const emoji of given.values()) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return [...counts].map(([emoji, count]) => h(
    "span", { class: "reaction" }, emoji === "❤" ? "❤\ufe0f" : emoji, count > 1 ? ` ${count}` : null, h("span", { class: "unseen" }, " reaction"),
  ));
}

function buttons(message, view) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  let number = 0;
  return h("div", { class: "buttons" }, rows.map((row) => h("div", {}, row.map((button) => {
    number += 1;
    return inlineButton(button, number, message, view);
  }))));
}

function inlineButton(button, number, message, view) {
  if (button.url) {
    const known = new URL(button.url).host === "t.me"; // of chats with bots there is one here: with this bot
    const away = { href: button.url, target: "_blank", rel: "noopener noreferrer" };
    return known
      ? h("button", { type: "button", onclick: view.toPrivate }, button.text)
      : h("a", away, button.text, icon("link"));
  }
  const waiting = view.spinning.has(button.callback_data);
  // The second half of a double tap counts for nothing: the bot here is so quick that it would hit the next screen.
  const tapped = ({ detail }) => detail < 2 && view.tap(message, number);
  return h(
    "button", { type: "button", class: waiting ? "spins" : "", "aria-busy": String(waiting), onclick: tapped },
    button.text,
  );
}

function service(message, view) {
  const name = view.nameOf(message.from);
  if (message.new_chat_members) {
    const joined = message.new_chat_members.map(view.nameOf).join(", ");
    return joined === name ? `${name} joined the group` : `${name} added ${joined}`;
  }
  if (message.left_chat_member) return `${view.nameOf(message.left_chat_member)} left the group`;
  if (message.migrate_to_chat_id) return "This group became a supergroup";
  if (message.migrate_from_chat_id) return "Here the supergroup begins";
  return null;
}
