/** Entry of the phone (站点手机). */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../shared/tokens.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<StrictMode>firelink</StrictMode>);
