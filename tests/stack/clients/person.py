"""One person at the official Python client: the same commands and answers as person.mjs."""

import asyncio
import json
import sys

from realtime import RealtimeSubscribeStates
from supabase import AsyncClientOptions, acreate_client

NESTED = (
    "name, members:chat_participants!inner(user_id), "
    "messages:chat_messages(seq, text:message_text, reply_to:reply_to_message_id(seq))"
)


class Person:
    """The client, and what it heard."""

    def __init__(self, client):
        self.client = client
        self.heard = asyncio.Queue()

    async def sign_in(self, **credentials):
        return (await self.client.auth.sign_in_with_password(credentials)).user.id

    async def sign_up(self, email, password, data):
        asked = {"email": email, "password": password, "options": {"data": data}}
        return (await self.client.auth.sign_up(asked)).user.user_metadata

    async def refresh(self):
        return (await self.client.auth.refresh_session()).session.expires_in

    async def user(self):
        return (await self.client.auth.get_user()).user.email

    async def sign_out(self):
        await self.client.auth.sign_out()

    async def chat(self, chat):
        asked = self.client.table("chats").select(NESTED).eq("id", chat)
        asked = asked.order("seq", foreign_table="messages", desc=True).limit(2, foreign_table="messages")
        return (await asked.single().execute()).data

    async def count(self, chat):
        asked = self.client.table("chat_messages").select("*", count="exact", head=True).eq("chat_id", chat)
        return (await asked.execute()).count

    async def send(self, message):
        stored = (await self.client.table("chat_messages").insert(message).execute()).data[0]
        return {"seq": stored["seq"], "status": stored["status"]}

    async def edit(self, id, text):
        stored = await self.client.table("chat_messages").update({"message_text": text}).eq("id", id).execute()
        return [{"message_text": row["message_text"]} for row in stored.data]

    async def call(self, name, parameters):
        return (await self.client.rpc(name, parameters).execute()).data

    async def subscribe(self, chat, token_first):
        if token_first:
            await self.client.realtime.set_auth((await self.client.auth.get_session()).access_token)
        flows = asyncio.get_running_loop().create_future()

        def on_change(payload):
            data = payload["data"]
            row = data.get("record") or {}
            event = {"type": data["type"], "seq": row.get("seq"), "text": row.get("message_text")}
            self.heard.put_nowait({**event, "errors": data["errors"]})

        def on_system(payload):
            if not flows.done():
                flows.set_result(payload)

        def on_state(state, error):
            if state != RealtimeSubscribeStates.SUBSCRIBED and not flows.done():
                flows.set_exception(error or RuntimeError(state))

        channel = self.client.channel(f"chat-{chat}")
        channel.on_postgres_changes(
            "*", on_change, schema="public", table="chat_messages", filter=f"chat_id=eq.{chat}"
        ).on_system(on_system)
        await channel.subscribe(on_state)
        await flows

    async def next(self):
        return await self.heard.get()

    async def leave(self, chat):
        topic = f"realtime:chat-{chat}"
        await self.client.remove_channel(next(each for each in self.client.get_channels() if each.topic == topic))
        return "ok"


async def main(url, key):
    client = await acreate_client(url, key, AsyncClientOptions(auto_refresh_token=False, persist_session=False))
    person = Person(client)
    while line := await asyncio.to_thread(sys.stdin.readline):
        given = json.loads(line)
        try:
            answer = {"value": await getattr(person, given.pop("do"))(**given)}
        except Exception as error:
            answer = {"error": {"code": getattr(error, "code", None), "message": str(error)}}
        print(json.dumps(answer), flush=True)
    await client.realtime.close()


asyncio.run(main(*sys.argv[1:]))
