// <time data-countdown datetime="...">: counts down to that instant; at zero the page is asked again.
const pad = (part) => String(part).padStart(2, "0");

function tick() {
  for (const clock of document.querySelectorAll("time[data-countdown]")) {
    const left = Math.max(0, Math.round((Date.parse(clock.dateTime) - Date.now()) / 1000));
    const [hours, minutes, seconds] = [
      Math.floor(left / 3600),
      Math.floor(left / 60) % 60,
      left % 60,
    ];
    clock.textContent = hours
      ? `${hours}:${pad(minutes)}:${pad(seconds)}`
      : `${minutes}:${pad(seconds)}`;
    clock
      .closest("[data-hold]")
      ?.style.setProperty("--left", String(left / Number(clock.dataset.countdown || 1800)));
    if (left === 0) {
      clock.removeAttribute("data-countdown");
      setTimeout(() => location.reload(), 4000);
    }
  }
}

tick();
setInterval(tick, 1000);
