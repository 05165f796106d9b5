// Colours of what is drawn, by day and by night: as the system has it.

const day = {
  data: "#1f6fb4", control: "#8a94a0", udp: "#2a8a4a", icmp: "#b8860b", lost: "#c62828", reset: "#c62828", life: "#dfe5ec",
  cpu: "#5c6f85", output: "#222222", error: "#c62828", fault: "#c62828", chosen: "#e65100", line: "#eef1f4", text: "#556270",
  paper: "#ffffff", pale: "#e3e7eb", after: "#f4f5f7",
};

const night = {
  data: "#5aa9ec", control: "#7d8894", udp: "#4fb873", icmp: "#d9a62e", lost: "#ff6b6b", reset: "#ff6b6b", life: "#2c3743",
  cpu: "#8fa5bd", output: "#e8edf2", error: "#ff6b6b", fault: "#ff6b6b", chosen: "#ffa040", line: "#232b33", text: "#a9b4c0",
  paper: "#14191e", pale: "#2a323a", after: "#1b2127",
};

const dark = matchMedia("(prefers-color-scheme: dark)");

export const colours = { ...(dark.matches ? night : day) };

/** Calls back when the colours have changed. */
export function watch(changed) {
  dark.addEventListener("change", () => {
    Object.assign(colours, dark.matches ? night : day);
    changed();
  });
}

/** Its red, green and blue. */
export const parts = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
