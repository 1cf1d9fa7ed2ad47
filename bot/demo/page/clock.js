// People's time: the browser's own clock, moved; shown in the browser's own time zone.

let offset = 0; // milliseconds

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const NOW = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});

export const setOffset = (seconds) => { offset = seconds * 1000; };
const now = () => new Date(Date.now() + offset);
export const timeOf = (seconds) => TIME.format(new Date(seconds * 1000));
export const dayOf = (seconds) => DAY.format(new Date(seconds * 1000));
export const nowInWords = () => NOW.format(now());

/** Seconds until that full hour of tomorrow, across a change of the clocks too. */
export function untilTomorrow(hour) {
  const then = now();
  then.setDate(then.getDate() + 1);
  then.setHours(hour, 0, 0, 0);
  return (then - now()) / 1000;
}
