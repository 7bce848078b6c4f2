//! Every trait through which the system touches the world, and the frozen wire forms.
