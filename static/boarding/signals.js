// What a gate says without words: a tone and a shake. High and short is yes, low and twice is no.

let audio = null;

const tone = (hertz, start, seconds) => {
  const voice = audio.createOscillator();
  const loudness = audio.createGain();
  voice.frequency.value = hertz;
  voice.type = "square";
  loudness.gain.value = 0.15;
  voice.connect(loudness).connect(audio.destination);
  voice.start(audio.currentTime + start);
  voice.stop(audio.currentTime + start + seconds);
};

/** Sound and shake for a verdict; browsers allow sound after the first touch of the page. */
export function signal(isGood) {
  audio ??= new AudioContext();
  if (isGood) {
    tone(1320, 0, 0.12);
  } else {
    tone(220, 0, 0.25);
    tone(220, 0.35, 0.35);
  }
  navigator.vibrate?.(isGood ? 80 : [250, 100, 250]);
}
