// What the JVM asked of a link and was not told yet.

export class Owed {
  /** What fails each. One promise for all of them would hold each answer until the link ends. */
  #fails = new Set()

  /** Gives an answer, or a failure as soon as there will be none. */
  answer(work) {
    return new Promise((resolve, reject) => {
      this.#fails.add(reject)
      work.then(resolve, reject).finally(() => this.#fails.delete(reject))
    })
  }

  /** There will be none. */
  fail(error) {
    for (const fail of this.#fails) fail(error)
  }
}
