"""What a person does on the page, step by step. The coach's words that are waited for stand here and nowhere else."""

import re

from playwright.async_api import Locator, Page, expect

AGREE = re.compile("18 or over")


def phone(page: Page, name: str = "Ana") -> Locator:
    """Somebody's chat with the coach."""
    return page.get_by_role("region", name=re.compile(f"^{name}'s chat with"))


def group(page: Page) -> Locator:
    """The group."""
    return page.get_by_role("region", name=re.compile("^Group"))


def messages(chat: Locator) -> Locator:
    """What the chat shows, oldest first, without what only says that something happened."""
    return chat.locator("article.row")


def said(chat: Locator, text: str | re.Pattern[str]) -> Locator:
    """The newest message with that text."""
    return messages(chat).filter(has_text=text).last


def box(chat: Locator) -> Locator:
    """Where one types."""
    return chat.get_by_role("textbox", name=re.compile("^Message to"))


async def write(chat: Locator, text: str) -> None:
    """Type and press Enter; done when the own message is there."""
    await box(chat).fill(text)
    await box(chat).press("Enter")
    await expect(said(chat, text)).to_be_visible()


async def choose(chat: Locator, message: Locator, action: str | re.Pattern[str]) -> None:
    """Choose from a message's menu."""
    await message.hover()
    await message.get_by_role("button", name="Message actions").click()
    await chat.page.get_by_role("menuitem", name=action).click()


async def menu(chat: Locator, action: str) -> None:
    """Choose from the chat's menu."""
    await chat.get_by_role("button", name="Chat menu").click()
    await chat.page.get_by_role("menuitem", name=action).click()


async def start(chat: Locator) -> None:
    """START, until the coach asks for consent."""
    await chat.get_by_role("button", name="Start", exact=True).click()
    await expect(chat.get_by_role("button", name=AGREE)).to_be_visible()


async def agree(chat: Locator) -> None:
    """Consent, until the coach goes on: it asks something, or says something new."""
    await chat.get_by_role("button", name=AGREE).click()
    await expect(chat.get_by_role("button", name=AGREE)).to_have_count(0)


async def ask_for_help(chat: Locator, number_of_messages: int) -> None:
    """`/help`, until its answer is there: the own message and the coach's."""
    await write(chat, "/help")
    await expect(messages(chat)).to_have_count(number_of_messages + 2)


async def see_the_help_lines(chat: Locator) -> None:
    """`/sos`, which is answered in every state."""
    await write(chat, "/sos")
    await expect(said(chat, "112")).to_be_visible()


async def tap(chat: Locator, label: str) -> None:
    """Tap a button under the newest screen that has it."""
    await chat.get_by_role("button", name=label, exact=True).last.click()


async def sees(chat: Locator, text: str | re.Pattern[str]) -> None:
    """The coach shows this on its newest message."""
    await expect(messages(chat).last).to_contain_text(text)


async def settled_in(page: Page) -> Locator:
    """Ana, who agreed and left the set-up for later."""
    ana = phone(page)
    await start(ana)
    await agree(ana)
    for label, then in (("Set up later", "one minute for you"), ("Later", "From here")):
        await tap(ana, label)
        await sees(ana, then)
    return ana


async def lives(chat: Locator, command: str, taps: dict[str, str]) -> None:
    """A check-in by taps, as far as they go."""
    await write(chat, command)
    for question, label in taps.items():
        await sees(chat, question)
        await tap(chat, label)


async def on(page: Page, button: str, times: int = 1) -> None:
    """Move people's time on; done when all that was due on the way has come, and the page's clock shows it."""
    clock = page.locator("#now")
    for _ in range(times):
        before = await clock.inner_text()
        async with page.expect_response(re.compile("/clock$")) as moved:
            await page.get_by_role("button", name=button, exact=True).click()
        await (await moved.value).finished()
        await expect(clock).not_to_have_text(before)
