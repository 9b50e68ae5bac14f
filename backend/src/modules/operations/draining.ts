/** Whether the process has been told to stop: readiness then says 503 while calls in flight finish. */
export class Draining {
  #isDraining = false

  get isDraining(): boolean {
    return this.#isDraining
  }

  begin(): void {
    this.#isDraining = true
  }
}
