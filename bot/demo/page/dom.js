// Elements without a template: text becomes text, never markup.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A button that is only a picture to the eye. */
export function iconButton(name, label, properties = {}) {
  return h("button", { type: "button", class: "round", "aria-label": label, title: label, ...properties }, icon(name));
}

/** A window that has to be closed. */
export function showAlert(text) {
  const dialog = document.getElementById("alert");
  dialog.querySelector("p").textContent = text;
  dialog.showModal();
}

/** A menu beside its opener: arrows walk, Esc closes, the opener gets the focus back. */
export function openMenu(opener, items, label) {
  const close = () => menu.hidePopover();
  const choose = (act) => () => { close(); act(); };
  const item = ({ name, text, act, title }) => h(
    "button", { type: "button", role: "menuitem", tabindex: "-1", "aria-label": title, onclick: choose(act) },
    name ? icon(name) : null, text,
  );
  const menu = h(
    "div", { class: "menu", role: "menu", popover: "auto", "aria-label": label },
    items.map((each) => Array.isArray(each) ? h("div", { class: "menu-row", role: "none" }, each.map(item)) : item(each)),
  );
  menu.addEventListener("keydown", (event) => {
    const all = [...menu.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else if (event.key === "Tab") close();
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      if (menu.contains(document.activeElement) || document.activeElement === document.body) opener.focus();
      opener.setAttribute("aria-expanded", "false");
      menu.remove();
    }
  });
  document.body.append(menu);
  menu.showPopover();
  opener.setAttribute("aria-expanded", "true");
  place(menu, opener.getBoundingClientRect());
  menu.querySelector("[role=menuitem]").focus();
}

function place(menu, beside) {
  const { width, height } = menu.getBoundingClientRect();
  const gap = 6;
  const left = Math.min(Math.max(gap, beside.left), innerWidth - width - gap);
  const above = beside.top - height - gap;
  menu.style.left = `${left}px`;
  menu.style.top = `${above > gap ? above : Math.min(beside.bottom + gap, innerHeight - height - gap)}px`;
}
