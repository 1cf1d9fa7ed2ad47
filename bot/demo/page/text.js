// Telegram's formatting: a text and its entities, whose offsets count UTF-16 units as JavaScript's strings do.

import { h } from "./dom.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** The text as nodes; `onCommand(text)` is called when a /command in it is tapped. */
export function formatted(text, entities, onCommand) {
  const queue = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nodes(text, 0, text.length, queue, onCommand);
}

function nodes(text, start, end, queue, onCommand) {
  const result = document.createDocumentFragment();
  let at = start;
  while (queue.length && queue[0].offset < end) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    const beyond = entity.offset + entity.length - end;
    if (beyond > 0) queue.unshift({ ...entity, offset: end, length: beyond });
    if (from >= to) continue;
    result.append(text.slice(at, from));
    const element = wrapper(entity, text.slice(from, to), onCommand);
    element.append(nodes(text, from, to, queue, onCommand));
    result.append(element);
    at = BLOCKS.has(entity.type) && text[to] === "\n" ? to + 1 : to; // a block ends its line by itself
  }
  result.append(text.slice(at, end));
  return result;
}

function wrapper(entity, text, onCommand) {
  switch (entity.type) {
    case "bold": return h("strong");
    case "italic": return h("em");
    case "underline": return h("u");
    case "strikethrough": return h("s");
    case "code": return h("code");
    case "pre": return h("pre");
    case "blockquote": return h("blockquote");
    case "expandable_blockquote": return expandable();
    case "spoiler": return spoiler();
    case "text_link": return link(entity.url);
    case "url": return link(/^\w+:/.test(text) ? text : `http://${text}`);
    case "email": return link(`mailto:${text}`);
    case "phone_number": return link(`tel:${text}`);
    case "bot_command": return h("button", { type: "button", class: "command", onclick: () => onCommand(text) });
    case "mention": case "text_mention": case "hashtag": case "cashtag": return h("span", { class: "mention" });
    default: return h("span");
  }
}

function link(address) {
  if (!URL.canParse(address) || !SAFE.has(new URL(address).protocol)) return h("span");
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" });
}

function spoiler() {
  const show = () => {
    for (const name of ["role", "tabindex", "aria-label"]) element.removeAttribute(name);
    element.classList.add("shown");
  };
  const element = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text: show it" });
  return onPress(element, show);
}

function expandable() {
  const toggle = () => element.setAttribute("aria-expanded", element.getAttribute("aria-expanded") !== "true");
  const element = h("blockquote", { class: "expandable", role: "button", tabindex: "0", "aria-expanded": "false" });
  return onPress(element, toggle);
}

function onPress(element, act) {
  element.addEventListener("click", act);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
  });
  return element;
}
