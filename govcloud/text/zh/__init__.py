"""中文。"""

from __future__ import annotations
