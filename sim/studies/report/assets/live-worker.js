// The model at work beside the page: questions go out with a number, answers come back with it.

const WORKER_TEXT = "worker";

/** A worker with the model in it. `ask` resolves to the answer, or throws a Refusal with why, and of what. */
class Model {
  constructor(pack) {
    const file = new Blob([JSON.parse(document.getElementById(WORKER_TEXT).textContent)], {
      type: "text/javascript",
    });
    const address = URL.createObjectURL(file);
    this.worker = new Worker(address);
    this.waiting = new Map();
    this.asked = 0;
    this.worker.addEventListener("message", ({ data }) => this.answered(data));
    this.worker.addEventListener("error", () => this.lost());
    this.ready = this.ask({ ask: "open", pack }).finally(() => URL.revokeObjectURL(address));
  }

  ask(question) {
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(this.asked, { resolve, reject });
      this.worker.postMessage({ id: this.asked, ...question });
    });
  }

  answered({ id, ok, refused }) {
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (refused === undefined) resolve(ok);
    else reject(new Refusal(refused));
  }

  lost() {
    for (const { reject } of this.waiting.values())
      reject(new Refusal({ why: "the model stopped in this browser" }));
    this.waiting.clear();
  }
}

/** That the page cannot answer: a value leaves what the program was traced for, or is none. */
class Refusal extends Error {
  constructor({ why, path: about = null }) {
    super(why);
    this.about = about;
  }
}
