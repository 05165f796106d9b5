"""Debian's Chromium, without a window, told what to do over a pipe (the DevTools protocol)."""
import json
import os
import shutil
import subprocess
import tempfile
import time

LONGEST = 300  # s of real time: only a page that never comes is waited for so long


class Browser:
    def __init__(self):
        self.profile = tempfile.mkdtemp()
        told, self.tell = os.pipe()
        self.hear, said = os.pipe()

        def plumb():  # Chromium reads descriptor 3 and writes descriptor 4
            os.dup2(told, 13), os.dup2(said, 14)
            os.dup2(13, 3), os.dup2(14, 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=plumb, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(told), os.close(said)
        self.buffer, self.last, self.session, self.errors = b"", 0, None, []
        page = next(t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        self.send("Runtime.enable")
        self.resize(1500, 950)

    def send(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.tell, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.buffer:
                more = os.read(self.hear, 1 << 20)
                if not more:
                    raise EOFError("the browser is gone")
                self.buffer += more
            line, self.buffer = self.buffer.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(answer["params"]["exceptionDetails"]["exception"]["description"])
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def value(self, script):
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, script):
        begin = time.monotonic()
        while not self.value(script):
            if time.monotonic() - begin > LONGEST:
                raise TimeoutError(script)
            time.sleep(0.02)

    def settle(self):
        """Waits for what has been put off: pictures, timers of up to 200 ms, a search."""
        self.value("new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 400))")
        self.until("!document.getElementById('found')?.textContent.includes('looking…')")

    def go(self, address, condition):
        """Opens a page, and waits until a script says that it is there."""
        self.send("Page.navigate", url=address)
        self.until(condition)

    def open(self, address):
        """Opens a report."""
        self.go(address, "['yes', 'failed'].includes(document.body?.dataset.ready)")
        self.settle()

    def resize(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def close(self):
        self.send("Browser.close")
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
