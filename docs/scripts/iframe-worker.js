// A page opened from a folder may start no worker, and the search runs in one: here a hidden frame takes its place.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.address = new URL(address, location.href);
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.waiting = [];
      window.addEventListener("message", event => {
        if (event.source !== this.inside) return;
        const told = new MessageEvent("message", {data: event.data});
        this.dispatchEvent(told);
        if (this.onmessage) this.onmessage(told);
      });
      document.readyState === "loading"
        ? document.addEventListener("DOMContentLoaded", () => this.start()) : this.start();
    }
    start() {
      document.body.append(this.frame);
      const inside = this.inside = this.frame.contentWindow;
      const load = address => new Promise((done, failed) => {
        const script = inside.document.createElement("script");
        script.src = new URL(address, this.address);
        script.onload = done;
        script.onerror = failed;
        inside.document.body.append(script);
      });
      inside.importScripts = (...addresses) => addresses.reduce((before, one) => before.then(() => load(one)), Promise.resolve());
      inside.postMessage = data => window.dispatchEvent(new MessageEvent("message", {data, source: inside}));
      inside.addEventListener = EventTarget.prototype.addEventListener.bind(inside);
      load(this.address).then(() => { this.ready = true; this.waiting.splice(0).forEach(data => this.postMessage(data)); });
    }
    postMessage(data) {
      if (!this.ready) { this.waiting.push(data); return; }
      this.inside.dispatchEvent(new this.inside.MessageEvent("message", {data}));
    }
    terminate() { this.frame.remove(); }
  };
}
