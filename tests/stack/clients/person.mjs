// One person at the official JavaScript client: a command a line on stdin, its answer a line on stdout.
// argv: the module to import, the project's address, its key. A command is {"do": NAME, ...}; an answer is
// {"value": …} or {"error": {"code", "message"}}.
import { createInterface } from "node:readline";

const [module, url, key] = process.argv.slice(2);
const { createClient } = await import(module);
const client = createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });

const heard = [];
let listening = null;

function tell(event) {
  heard.push(event);
  listening?.();
}

const valueOf = ({ data, error, count }) => {
  if (error) throw error;
  return count ?? data;
};

const commands = {
  async sign_in({ email, password }) {
    return valueOf(await client.auth.signInWithPassword({ email, password })).user.id;
  },
  async sign_up({ email, password, data }) {
    return valueOf(await client.auth.signUp({ email, password, options: { data } })).user.user_metadata;
  },
  async refresh() {
    return valueOf(await client.auth.refreshSession()).session.expires_in;
  },
  async user() {
    return valueOf(await client.auth.getUser()).user.email;
  },
  async sign_out() {
    return valueOf({ data: null, ...(await client.auth.signOut()) });
  },
  async chat({ chat }) {
    const answer = await client
      .from("chats")
      .select(
        "name, members:chat_participants!inner(user_id), " +
          "messages:chat_messages(seq, text:message_text, reply_to:reply_to_message_id(seq))",
      )
      .eq("id", chat)
      .order("seq", { referencedTable: "messages", ascending: false })
      .limit(2, { referencedTable: "messages" })
      .single();
    return valueOf(answer);
  },
  async count({ chat }) {
    return valueOf(
      await client.from("chat_messages").select("*", { count: "exact", head: true }).eq("chat_id", chat),
    );
  },
  async send({ message }) {
    return valueOf(await client.from("chat_messages").insert(message).select("seq, status").single());
  },
  async edit({ id, text }) {
    return valueOf(
      await client.from("chat_messages").update({ message_text: text }).eq("id", id).select("message_text"),
    );
  },
  async call({ name, parameters }) {
    return valueOf(await client.rpc(name, parameters));
  },
  async subscribe({ chat, token_first }) {
    // 2.57 joins with the token only if it was handed over before.
    if (token_first) await client.realtime.setAuth();
    const watched = { event: "*", schema: "public", table: "chat_messages", filter: `chat_id=eq.${chat}` };
    await new Promise((resolve, reject) => {
      client
        .channel(`chat-${chat}`)
        .on("postgres_changes", watched, ({ eventType, new: row, errors }) =>
          tell({ type: eventType, seq: row.seq, text: row.message_text, errors }),
        )
        .on("system", {}, ({ status, message }) => (status === "ok" ? resolve() : reject(new Error(message))))
        .subscribe((status, error) => error && reject(error));
    });
    return null;
  },
  async next() {
    while (!heard.length) await new Promise((resolve) => (listening = resolve));
    return heard.shift();
  },
  async leave({ chat }) {
    const topic = `realtime:chat-${chat}`;
    return await client.removeChannel(client.getChannels().find((channel) => channel.topic === topic));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: await commands[name](given) };
  } catch (error) {
    answer = { error: { code: error.code ?? null, message: error.message } };
  }
  console.log(JSON.stringify(answer));
}
process.exit();
