// What a browser keeps for itself (IndexedDB): the sailing's list, and the admissions of this gate, with whether the
// server has them. What belongs to sailings that left two days ago is thrown away.

const KEPT_MS = 2 * 86_400_000;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Open the shelf. */
export async function openShelf() {
  const opening = indexedDB.open("boarding", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("lists", { keyPath: "sailing.id" });
    opening.result
      .createObjectStore("admissions", { keyPath: "id" })
      .createIndex("sailing", "sailing");
  };
  return new Shelf(await done(opening));
}

class Shelf {
  #db;

  constructor(db) {
    this.#db = db;
  }

  #store = (name, mode = "readonly") =>
    this.#db.transaction(name, mode, { durability: "strict" }).objectStore(name);

  list = (sailing) => done(this.#store("lists").get(sailing));

  async keepList(list) {
    await done(this.#store("lists", "readwrite").put(list));
    for (const kept of await done(this.#store("lists").getAll()))
      if (Date.parse(kept.sailing.departs_at) < Date.now() - KEPT_MS)
        await this.#throwAway(kept.sailing.id);
  }

  async #throwAway(sailing) {
    await done(this.#store("lists", "readwrite").delete(sailing));
    for (const { id } of await this.admissions(sailing))
      await done(this.#store("admissions", "readwrite").delete(id));
  }

  /** Admissions of this gate to a sailing, oldest first; `settled` ones are known to the server. */
  async admissions(sailing) {
    const found = await done(this.#store("admissions").index("sailing").getAll(sailing));
    return found.sort((one, other) => one.admitted_at.localeCompare(other.admitted_at));
  }

  keep = (admission) => done(this.#store("admissions", "readwrite").put(admission));

  /** Mark an admission that the server has, unless it was taken back meanwhile. */
  async settle({ id, undone_at: undoneAt }) {
    const store = this.#store("admissions", "readwrite");
    const kept = await done(store.get(id));
    if (kept && (kept.undone_at ?? null) === (undoneAt ?? null))
      await done(store.put({ ...kept, settled: true }));
  }
}
