"""Windows' registry by `winreg`: the only file of the desktop that needs Windows to run."""

import ctypes
import sys

from inspector.errors import ExportError

_ASSOCIATIONS_CHANGED = 0x08000000  # SHCNE_ASSOCCHANGED


class CurrentUser:
    """HKEY_CURRENT_USER."""

    def __init__(self) -> None:
        if sys.platform != "win32":
            raise ExportError("There is no registry on this system.")

    if sys.platform == "win32":

        def read(self, key: str, name: str) -> str | None:
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value, _kind = winreg.QueryValueEx(opened, name)
            except OSError:
                return None
            return value if isinstance(value, str) else None

        def write(self, key: str, name: str, value: str) -> None:
            import winreg

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)
            except OSError as error:
                raise ExportError(f"HKEY_CURRENT_USER\\{key} can't be written: {error.strerror}.") from error

        def delete_value(self, key: str, name: str) -> None:
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return
            except OSError as error:
                raise ExportError(f"HKEY_CURRENT_USER\\{key} can't be changed: {error.strerror}.") from error

        def delete_key(self, key: str) -> None:
            """With all below it."""
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    below = [winreg.EnumKey(opened, place) for place in range(winreg.QueryInfoKey(opened)[0])]
                for name in below:
                    self.delete_key(f"{key}\\{name}")
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
            except FileNotFoundError:
                return
            except OSError as error:
                raise ExportError(f"HKEY_CURRENT_USER\\{key} can't be removed: {error.strerror}.") from error

        def tell_shell(self) -> None:
            """Explorer shows the new icons and programs at once."""
            ctypes.windll.shell32.SHChangeNotify(_ASSOCIATIONS_CHANGED, 0, None, None)
