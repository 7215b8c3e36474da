// Codes from the camera: by the browser's own BarcodeDetector where there is one, else by a decoder of ours.

const EVERY_MS = 120;
const AGAIN_MS = 2500; // the same code in front of the lens is one scan
const WIDTH = 640;

/** Whether this page may ask for the camera at all (https or the same machine). */
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Have the decoder here before the network is gone, where the browser has none of its own. */
export const prepare = async (decoder) => void ((await hasDetector()) || (await import(decoder)));

const hasDetector = async () =>
  ((await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? []).includes(
    "qr_code",
  );

/** Show the camera in `video` and call `found(code)` for what it sees; returns a function that ends it. */
export async function watch(video, decoder, found) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 } },
  });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const read = await reader(decoder);
  const last = { code: "", at: 0 };
  let timer = setTimeout(look, EVERY_MS);

  async function look() {
    const code = await read(video).catch(() => null);
    const now = performance.now();
    if (code && (code !== last.code || now - last.at > AGAIN_MS)) found(code);
    if (code) Object.assign(last, { code, at: now });
    if (timer !== null) timer = setTimeout(look, EVERY_MS);
  }

  return () => {
    clearTimeout(timer);
    timer = null;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
}

async function reader(decoder) {
  if (await hasDetector()) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { decodeQR } = await import(decoder);
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!video.videoWidth) return null;
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(drawing.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return null; // no code in this picture
    }
  };
}
