"""What the coach is compared with: a bot on the library's defaults that keeps nothing.

It makes the same two calls a tap, with texts and keyboards as long as the coach's, taken from there before it starts.
"""

import os
from collections.abc import Mapping

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.checkins import screens
from bot.checkins.questions import MORNING, ORDER
from bot.settings import PROMPTS
from bot.words import Rendered, Words

DONE = "done"


def rendered() -> Mapping[str, Rendered]:
    """The check-in's screens, each once."""
    words = Words(PROMPTS, "en")
    questions = {asked.marker: screens.question(asked, 7.0, refused=False) for asked in MORNING}
    closing = screens.closing("steady", dict.fromkeys(ORDER, 7.0))
    return {step: words.render(screen, "en") for step, screen in (*questions.items(), (DONE, closing))}


SCREENS = rendered()


def keyboard(screen: Rendered) -> InlineKeyboardMarkup:
    """The same keyboard, with data of the same length."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"v1:123:12:{act}") for label, act in row] for row in screen.rows]
    )


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The first question."""
    assert update.message is not None
    screen = SCREENS[ORDER[0]]
    await update.message.reply_text(screen.text, ParseMode.HTML, reply_markup=keyboard(screen))


async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The next one."""
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    answered = query.data.rpartition(":")[2].partition("=")[0]
    steps = (*ORDER, DONE)
    screen = SCREENS[steps[steps.index(answered) + 1] if answered in ORDER else ORDER[0]]
    await query.answer("Noted")
    await query.edit_message_text(screen.text, ParseMode.HTML, reply_markup=keyboard(screen))


def main() -> None:
    """Poll until stopped."""
    root = f"{os.environ['TELEGRAM_API_URL']}/bot"
    application = ApplicationBuilder().token(os.environ["TELEGRAM_TOKEN"]).base_url(root).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(tapped))
    application.run_polling()


if __name__ == "__main__":
    main()
