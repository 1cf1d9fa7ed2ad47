"""A pretend Telegram, strict where the real one is strict, and people to play in it.

world          the pretend Telegram itself: people, chats, messages and what the bot hears of them
phone          a person's hands and eyes
faults         everything that goes wrong between a bot and Telegram, on demand
server         all of it over HTTP on loopback; `python -m bot.demo.server`
web            the page with the phones, and everything they can do over HTTP; its parts lie in page/
play           `python -m bot demo`: the real bot on this Telegram

methods        the Bot API's methods for messages and updates
profile        the Bot API's methods about the bot itself and about chats
arguments      parameters of a call, typed by the signatures of `telegram.Bot`
markup         keyboards under messages and under the input
entities       marked-up text to plain text and entities
html_text      Telegram's HTML
markdown_text  Telegram's MarkdownV2
draft          plain text that grows while markup is read
refusals       what Telegram says when it refuses

rooms          people, chats and the messages in them
files          the files that Telegram stores
updates        the queue of updates, with the manners of getUpdates
journal        everything that can be seen to happen, for the page
waiting        waiting without polling
"""
