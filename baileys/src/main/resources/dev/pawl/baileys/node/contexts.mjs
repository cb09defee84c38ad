// One AsyncLocalStorage for all. Up to version 22 Node hands the store of every single one on to every promise, by a property of its own:
// with the three that each connection has, fifty accounts had 150 properties put on each promise, which doubled what a message costs and
// made a gigabyte of garbage. Here what all of them have stored is one map, which is handed on once, as later versions of Node do.
import hooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

const all = new hooks.AsyncLocalStorage()

export class SharedStorage {
  getStore() {
    return all.getStore()?.get(this)
  }

  run(store, work, ...parameters) {
    return all.run(this.#with(store), work, ...parameters)
  }

  exit(work, ...parameters) {
    return this.run(undefined, work, ...parameters)
  }

  enterWith(store) {
    all.enterWith(this.#with(store))
  }

  /** Likewise for what goes on from here; elsewhere what is stored stays. */
  disable() {
    this.enterWith(undefined)
  }

  /** A map of its own: whoever has the one before goes on with it. */
  #with(store) {
    const stores = new Map(all.getStore())
    if (store === undefined) stores.delete(this)
    else stores.set(this, store)
    return stores
  }

  static bind(work) {
    return hooks.AsyncResource.bind(work)
  }

  static snapshot() {
    return hooks.AsyncResource.bind((work, ...parameters) => work(...parameters))
  }
}

// Whoever imports it from now on, Baileys too, gets this one.
hooks.AsyncLocalStorage = SharedStorage
syncBuiltinESMExports()
