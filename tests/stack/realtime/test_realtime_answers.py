"""An event does not overtake the answer to the write that caused it, and waits for nothing else."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from stack.answers import Answers


def test_an_event_waits_for_the_answer_of_a_write_only():
    """An event waits while a write is answered, and a moment longer; not for reads, nor for a write that takes long."""

    async def timeline():
        answers, done = Answers(), asyncio.Event()

        async def app(*_):
            await done.wait()

        def ask(method, path="/rest/v1/notes"):
            scope = {"type": "http", "method": method, "path": path}
            return asyncio.create_task(answers.watched(app)(scope, None, None))

        async def seconds():
            began = time.perf_counter()
            await answers.read()
            return time.perf_counter() - began

        others = [ask("GET"), ask("POST", "/auth/v1/token")]
        await asyncio.sleep(0)
        beside = await seconds()
        write = ask("POST")
        await asyncio.sleep(0)
        held = await seconds()
        asyncio.get_running_loop().call_soon(done.set)
        began = asyncio.create_task(seconds())
        await asyncio.gather(write, *others)
        assert not began.done()
        await began
        return beside, held

    # A browser of another test may have its event loop in this thread.
    with ThreadPoolExecutor(1) as pool:
        beside, held = pool.submit(lambda: asyncio.run(timeline())).result()
    assert beside < held
    assert held >= 0.009
