/** Entry of the desk (值班台). */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../shared/tokens.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<StrictMode>firelink</StrictMode>);
