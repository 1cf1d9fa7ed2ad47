"""What the coach is compared with: a bot on the library's defaults that keeps nothing.

It makes the same two calls a tap, with texts and keyboards as long as the coach's, taken from there before it starts.
"""

import os
from collections.abc import Sequence
from datetime import date

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.checkins import advice, screens
from bot.checkins.days import Day
from bot.checkins.questions import EVENING, asked
from bot.profile.choices import Profile
from bot.settings import PROMPTS
from bot.words import Rendered, Words

DAY = Day(date(2026, 11, 23), {"revved": "7", "down": "5", "spilled": "snapped", "food": "fuelled,protein"})


def rendered() -> Sequence[Rendered]:
    """The evening's screens in order: the questions, then the closing answer."""
    words, questions = Words(PROMPTS, "en"), asked(EVENING, Profile({}), {})
    reading = advice.Reading(EVENING, DAY, (), Profile({}))
    closing = screens.closing(reading, advice.notice(reading), advice.choose(reading), questions, correcting=False)
    shown = [screens.question(EVENING, questions, each, Day(DAY.date)) for each in questions]
    return [words.render(screen, "en") for screen in (*shown, closing)]


SCREENS = rendered()


def keyboard(step: int) -> InlineKeyboardMarkup:
    """The same keyboard, with data of the same length; the version says which screen it is."""
    rows = SCREENS[step].rows
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"v1:123:{step:02}:{act}") for label, act in row] for row in rows]
    )


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The first question."""
    assert update.message is not None
    await update.message.reply_text(SCREENS[0].text, ParseMode.HTML, reply_markup=keyboard(0))


async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The next one."""
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    step = int(query.data.split(":")[2]) + 1
    await query.answer("Noted")
    await query.edit_message_text(SCREENS[step].text, ParseMode.HTML, reply_markup=keyboard(step))


def main() -> None:
    """Poll until stopped."""
    root = f"{os.environ['TELEGRAM_API_URL']}/bot"
    application = ApplicationBuilder().token(os.environ["TELEGRAM_TOKEN"]).base_url(root).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(tapped))
    application.run_polling()


if __name__ == "__main__":
    main()
