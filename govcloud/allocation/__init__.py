"""Allocation (分配): how much a tenancy gets, and which addresses, hosts' zones, images and flavours. Pure."""

from __future__ import annotations
